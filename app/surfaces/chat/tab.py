"""The chat tab: questions at the left, the records behind the answers beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from app.surfaces.chat.examples import example_questions
from app.surfaces.chat.session import LONGEST_QUESTION, Chat, Parts, Update, status_html
from app.surfaces.conversation import Conversation
from app.surfaces.render.answer import sources_html
from ingest.paper import Paper
from ingest.text import clean_text

if TYPE_CHECKING:
    from app.wiring import Room

# Readers who are answered at the same time; the rest wait in the queue.
AT_ONCE = 8


def chat_tab(room: Room, papers: Sequence[Paper]) -> Any:
    """Lay the tab out in the current block and connect it; gives the chatbot."""
    import gradio as gr

    with gr.Row(elem_id="rr-chat-row"):
        with gr.Column(scale=3, min_width=340):
            chat = _chatbot(papers)
            box, ask, stop = _question_row()
            retry, copy, save, clear = _tools()
            status = gr.HTML(status_html(""), elem_id="rr-status")
        with gr.Column(scale=2, min_width=320, elem_classes="rr-side"):
            gr.HTML(
                '<h2 class="rr-side-title">Sources</h2>'
                '<button type="button" class="rr-close">Back to the answer</button>'
            )
            sources = gr.HTML(sources_html(""), elem_id="rr-sources")
    parts = Parts(
        chat=chat, box=box, ask=ask, stop=stop, retry=retry, clear=clear, copy=copy, save=save,
        sources=sources, status=status, conversation=gr.State(()), stopping=gr.State(None),
        clip=gr.Textbox(visible="hidden"), file=gr.Textbox(visible="hidden"),
    )  # fmt: skip
    session = Chat(room, parts)
    _connect_answers(parts, session)
    _connect_tools(parts, session)
    return chat


def welcome(papers: Sequence[Paper]) -> dict[str, Any]:
    """What the chatbot shows before the first question."""
    if not papers:
        text = "Add papers with <code>reading-room ingest PATH</code> and load this page again."
        return {"placeholder": _placeholder("This list is empty", text), "examples": []}
    text = "Every sentence of an answer is checked against the record it cites."
    return {
        "placeholder": _placeholder("Ask your reading list", text),
        "examples": [{"text": clean_text(question)} for question in example_questions(papers)],
    }


def _placeholder(title: str, text: str) -> str:
    return f'<div class="rr-welcome"><h3>{title}</h3><p>{text}</p></div>'


def _chatbot(papers: Sequence[Paper]) -> Any:
    import gradio as gr

    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        elem_id="rr-chat",
        height="calc(100vh - 285px)",
        min_height=320,
        sanitize_html=True,
        latex_delimiters=[],
        # The script of the page keeps the newest question in view instead of the end of the answer.
        autoscroll=False,
        buttons=[],
        feedback_options=None,
        allow_file_downloads=False,
        layout="bubble",
        **welcome(papers),
    )


def _question_row() -> tuple[Any, Any, Any]:
    import gradio as gr

    with gr.Row(elem_id="rr-ask-row", equal_height=True):
        box = gr.Textbox(
            label="Your question",
            show_label=False,
            placeholder="Ask about these papers",
            lines=1,
            max_lines=6,
            max_length=LONGEST_QUESTION,
            autofocus=True,
            scale=8,
            elem_id="rr-box",
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
        )
        ask = gr.Button("Ask", variant="primary", scale=1, min_width=90, elem_id="rr-ask")
        stop = gr.Button(
            "Stop", variant="stop", scale=1, min_width=90, elem_id="rr-stop", visible=False
        )
    return box, ask, stop


def _tools() -> list[Any]:
    import gradio as gr

    named = {
        "rr-retry": "Ask again",
        "rr-copy": "Copy answer",
        "rr-save": "Save as Markdown",
        "rr-clear": "Clear",
    }
    with gr.Row(elem_classes="rr-tools"):
        return [
            gr.Button(name, size="sm", min_width=80, interactive=False, elem_id=elem_id)
            for elem_id, name in named.items()
        ]


def _connect_answers(parts: Parts, session: Chat) -> None:
    import gradio as gr

    def ask_example(before: Conversation, event: gr.SelectData) -> Iterator[Update]:
        yield from session.ask_example(before, event)

    # Annotations are strings here, and Gradio looks for the type itself.
    ask_example.__annotations__["event"] = gr.SelectData
    common: dict[str, Any] = {
        "outputs": [
            parts.chat, parts.sources, parts.conversation, parts.box, parts.ask, parts.stop,
            parts.retry, parts.clear, parts.copy, parts.save, parts.stopping, parts.status,
            parts.clip,
        ],
        "show_progress": "hidden",
        "api_visibility": "private",
    }  # fmt: skip
    queued = {"concurrency_id": "answers", "concurrency_limit": AT_ONCE, "trigger_mode": "once"}
    asked = [parts.box.submit, parts.ask.click]
    gr.on(asked, session.ask, [parts.box, parts.conversation], **common, **queued)
    parts.chat.example_select(ask_example, [parts.conversation], **common, **queued)
    parts.retry.click(session.again, [parts.conversation], **common, **queued)
    cleared = [parts.clear.click, parts.chat.clear]
    gr.on(cleared, session.clear, [parts.stopping], **common, queue=False)


def _connect_tools(parts: Parts, session: Chat) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    parts.stop.click(session.stop, [parts.stopping], None, queue=False, **quiet)
    parts.copy.click(None, [parts.clip], None, js="(text) => window.readingRoomCopy(text)")
    written = parts.save.click(session.markdown, [parts.conversation], [parts.file], **quiet)
    written.then(
        None,
        [parts.file],
        None,
        js="(text) => window.readingRoomSave(text, 'reading-room-conversation.md')",
    )
