// Moves to the next screen as soon as card, printer or office have moved on; works the pads; shows the countdown; speaks.
(() => {
  const { turn, token, warn } = document.body.dataset;
  const clock = document.getElementById("clock");
  const countdown = document.getElementById("countdown");
  const look = async () => {
    try {
      const answer = await fetch("/turn", { headers: { "X-Turn": turn, "X-Token": token } });
      if (answer.status === 403) { location.replace("/"); return; } // the program was started anew
      const now = await answer.json();
      if (String(now.turn) !== turn) { location.replace("/"); return; }
      if (clock) {
        clock.hidden = now.left === null || now.left > Number(warn);
        if (!clock.hidden) countdown.textContent = countdown.dataset.says.replace("{seconds}", now.left);
      }
    } catch { /* the program is being restarted: ask again */ }
    setTimeout(look, 350);
  };
  look();

  for (const form of document.querySelectorAll("[data-pad]")) {
    const typed = form.querySelector(".typed");
    form.querySelector(".pad").hidden = false;
    typed.focus();
    form.addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      if (pressed.dataset.letter !== undefined && typed.value.length < typed.maxLength) typed.value += pressed.dataset.letter;
      if (pressed.dataset.erase !== undefined) typed.value = typed.value.slice(0, -1);
    });
  }

  for (const one of document.querySelectorAll("main form, footer form")) {
    one.addEventListener("submit", (event) => { if (one.dataset.sent) event.preventDefault(); one.dataset.sent = "yes"; });
  }

  const slides = document.getElementById("slides");
  if (slides) {
    const pause = document.getElementById("pause");
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    pause.hidden = false;
    pause.addEventListener("click", () => pause.setAttribute("aria-pressed", String(pause.getAttribute("aria-pressed") !== "true")));
    let at = 0;
    setInterval(() => {
      if (pause.getAttribute("aria-pressed") === "true" || still.matches) return;
      slides.children[at].hidden = true;
      at = (at + 1) % slides.children.length;
      slides.children[at].hidden = false;
    }, Number(slides.dataset.seconds) * 1000);
  }

  // The voice reads the heading, the text and the buttons of a screen. It is off until somebody asks for it, and off again
  // at the idle screen: the next person decides anew. Numbers that are typed are never read aloud.
  const sound = document.getElementById("sound");
  if (slides) sessionStorage.removeItem("sound");
  if (!("speechSynthesis" in window)) return;
  const words = (node) => {
    const copy = node.cloneNode(true);
    for (const reading of copy.querySelectorAll("rt, .visually-hidden")) reading.remove();
    return copy.textContent.trim();
  };
  const speak = () => {
    speechSynthesis.cancel();
    for (const node of document.querySelectorAll("main h1, main .lead, main .note, main .button")) {
      const said = new SpeechSynthesisUtterance(words(node));
      said.lang = document.documentElement.lang;
      speechSynthesis.speak(said);
    }
  };
  const on = () => sessionStorage.getItem("sound") === "on";
  if (sound && !slides) {
    sound.hidden = false;
    sound.setAttribute("aria-pressed", String(on()));
    sound.addEventListener("click", () => {
      sessionStorage.setItem("sound", on() ? "off" : "on");
      sound.setAttribute("aria-pressed", String(on()));
      if (on()) speak(); else speechSynthesis.cancel();
    });
    if (on()) speak();
  }
})();
