// Moves to the next screen as soon as card or printer have moved on; works the PIN pad; shows the countdown.
(() => {
  const turn = document.body.dataset.turn;
  if (turn === "") return;
  const countdown = document.getElementById("countdown");
  const warn = Number(document.body.dataset.warn);
  const look = async () => {
    try {
      const now = await (await fetch("/turn")).json();
      if (String(now.turn) !== turn) { location.replace("/"); return; }
      if (countdown) {
        countdown.hidden = now.left === null || now.left > warn;
        if (!countdown.hidden) countdown.textContent = `あと${now.left}秒で、内容を消してはじめにもどります`;
      }
    } catch { /* the program is being restarted: ask again */ }
    setTimeout(look, 350);
  };
  look();
  const form = document.getElementById("pin");
  if (form) {
    const digits = document.getElementById("digits");
    document.getElementById("pad").hidden = false;
    digits.focus();
    form.addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      if (pressed.dataset.digit !== undefined && digits.value.length < 4) digits.value += pressed.dataset.digit;
      if (pressed.dataset.erase !== undefined) digits.value = digits.value.slice(0, -1);
    });
  }
  for (const one of document.querySelectorAll("form.press, form.pin")) {
    one.addEventListener("submit", (event) => { if (one.dataset.sent) event.preventDefault(); one.dataset.sent = "yes"; });
  }
})();
