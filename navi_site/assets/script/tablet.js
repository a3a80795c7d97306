// A lent tablet: it tells that it is there while somebody touches it, counts down when nobody does, and shows the signage.
// The console's page of a sitting uses the last part: it looks again by itself while a tablet is out.
(() => {
  const body = document.body;
  // Coming back by the browser's button asks the server anew, which shows nothing of a sitting that is over.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const stop = document.querySelector("#stop");
  const idle = Number(body.dataset.idle), warn = Number(body.dataset.warn);
  if (stop && idle) {
    const dialog = document.querySelector(".still-there");
    const left = dialog.querySelector("[data-left]");
    let touched = Date.now(), told = 0;
    const beat = async () => {
      told = Date.now();
      const answer = await fetch("/tablet/alive", { method: "POST", body: new URLSearchParams({ csrf: stop.csrf.value }), redirect: "manual" }).catch(() => null);
      // Led elsewhere: an officer has ended it, or another officer's tablet goes on. A lost network is not an answer.
      if (answer && answer.type === "opaqueredirect") location.replace("/tablet?end=over");
    };
    const touch = () => {
      if (dialog.open) return;  // then only the button counts, or a sleeve on the screen would keep it open
      touched = Date.now();
    };
    for (const name of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(name, touch, { passive: true, capture: true });
    dialog.querySelector("[data-stay]").addEventListener("click", () => { dialog.close(); touched = Date.now(); beat(); });
    dialog.addEventListener("cancel", () => { touched = Date.now(); });
    setInterval(() => {
      const quiet = (Date.now() - touched) / 1000;
      if (quiet >= idle) { stop.why.value = "idle"; dialog.close(); stop.submit(); touched = Infinity; return; }
      if (quiet >= idle - warn && !dialog.open) dialog.showModal();
      if (dialog.open) left.textContent = String(Math.max(Math.ceil(idle - quiet), 0));
      if (Date.now() - told > 10000) beat();
    }, 500);
  }

  // The start page: one slide after the other unless motion is unwelcome; what was said of the last sitting goes.
  const slides = [...document.querySelectorAll("[data-slide]")];
  if ("start" in body.dataset && slides.length > 1) {
    let at = 0, held = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const show = () => slides.forEach((slide, place) => { slide.hidden = place !== at; });
    const button = document.querySelector("[data-hold]");
    const say = () => { button.textContent = held ? "お知らせを動かす" : "お知らせを止める"; };
    button.hidden = false;
    button.addEventListener("click", () => { held = !held; say(); });
    say();
    show();
    setInterval(() => { if (!held) { at = (at + 1) % slides.length; show(); } }, Number(body.dataset.seconds) * 1000);
  }
  if (document.querySelector("[data-ended]")) {
    history.replaceState(null, "", "/tablet");
    setTimeout(() => location.replace("/tablet"), 20000);
  }

  // The console: how the tablet stands, for ten minutes at most, so that an empty desk still logs out by itself.
  const watched = document.querySelector("[data-watch]");
  if (watched) {
    let left = 120;
    const look = setInterval(async () => {
      if (--left < 0) { clearInterval(look); return; }
      const answer = await fetch(location.href).catch(() => null);
      if (!answer || !answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-watch]");
      if (!fresh || fresh.dataset.watch !== watched.dataset.watch) { location.reload(); return; }
      watched.replaceChildren(...fresh.childNodes);
    }, 5000);
  }
})();
