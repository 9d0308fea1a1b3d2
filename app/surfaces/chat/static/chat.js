// A mark [n] of an answer shows its source; done here because a plain fragment link would leave the
// page where the address has a query, and because the source may be folded away.
document.addEventListener("click", (event) => {
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
// message instead.
const unlabel = () => {
  for (const message of document.querySelectorAll('#rr-chat [data-testid][aria-label*="<div"]')) {
    message.removeAttribute("aria-label");
  }
};

// The newest question stays at the top while its answer grows below it, until the reader scrolls.
let followed = null;
let following = false;
const follow = () => {
  const frame = document.querySelector("#rr-chat .bubble-wrap");
  const questions = document.querySelectorAll("#rr-chat .user-row");
  const last = questions[questions.length - 1];
  if (!frame || !last) return;
  if (followed !== questions.length) {
    followed = questions.length;
    following = true;
    for (const leave of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      frame.addEventListener(leave, () => { following = false; }, { once: true, passive: true });
    }
  }
  if (!following) return;
  const gap = last.getBoundingClientRect().top - frame.getBoundingClientRect().top;
  frame.scrollTop += gap - 14;
};

new MutationObserver(() => { unlabel(); follow(); }).observe(document, {
  subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
});
