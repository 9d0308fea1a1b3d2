// A mark [n] of an answer shows its source; done here because a plain fragment link would leave the
// page where the address has a query, and because the source may be folded away. On a phone the sources
// are a sheet that the mark opens.
let opener = null;
const closeSheet = () => {
  document.getElementById("rr-chat-row").classList.remove("rr-sheet");
  opener?.focus({ preventScroll: true });
  opener = null;
};
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && opener) closeSheet(); });
document.addEventListener("click", (event) => {
  if (event.target.closest && event.target.closest(".rr-close")) closeSheet();
  const mark = event.target.closest && event.target.closest("a.rr-mark");
  if (!mark) return;
  event.preventDefault();
  const id = (mark.getAttribute("href") || "").split("#")[1];
  const source = id && document.getElementById(id);
  if (!source) return;
  for (let fold = source.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  for (const old of document.querySelectorAll(".rr-source.rr-shown")) old.classList.remove("rr-shown");
  source.classList.add("rr-shown");
  opener = mark;
  document.getElementById("rr-chat-row").classList.add("rr-sheet");
  source.focus({ preventScroll: true });
  source.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

window.readingRoomSave = (text, name) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};

window.readingRoomCopy = (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text);
    return;
  }
  // The clipboard is closed to pages that come from another machine without https.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.appendChild(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

// Gradio labels each message with its source text, which here is HTML: a screen reader shall read the
// message instead. And it calls the examples a list, though they are buttons.
const relabel = () => {
  for (const message of document.querySelectorAll('#rr-chat [data-testid][aria-label*="<div"]')) {
    message.removeAttribute("aria-label");
  }
  document.querySelector('#rr-chat .examples[role="list"]')?.setAttribute("role", "group");
};

// The newest question is brought to the top once its answer is long enough for that; before and after,
// the page moves only as the reader moves it. On a phone it is the page itself that scrolls.
let asked = 0;
let pinning = false;
let placed = 0;
const pin = () => {
  const frame = document.querySelector("#rr-chat .bubble-wrap");
  const questions = document.querySelectorAll("#rr-chat .user-row");
  const last = questions[questions.length - 1];
  const scroller = frame && getComputedStyle(frame).overflowY !== "visible" ? frame : document.scrollingElement;
  if (asked !== questions.length) {
    asked = questions.length;
    pinning = asked > 0;
    placed = scroller.scrollTop;
  }
  const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
  // Moved by somebody else, and not because there is no more to show.
  if (Math.abs(scroller.scrollTop - placed) > 2 && below > 2) pinning = false;
  if (!pinning) return;
  const top = scroller === frame ? frame.getBoundingClientRect().top : 0;
  const gap = () => last.getBoundingClientRect().top - top - 14;
  scroller.scrollTop += gap();
  placed = scroller.scrollTop;
  pinning = Math.abs(gap()) > 2;
};

new MutationObserver(() => { relabel(); pin(); }).observe(document, {
  subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
});
