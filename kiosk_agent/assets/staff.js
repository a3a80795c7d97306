// Shows the officer's view anew as soon as the session has moved on, but never while something is being typed.
(() => {
  const { turn } = document.body.dataset;
  if (turn === undefined) return;
  const typing = () => [...document.querySelectorAll(".type input[name=name], .type input[name=address]")].some((field) => field.value);
  const look = async () => {
    try {
      const answer = await fetch("/staff/turn");
      if (answer.status === 403) { location.replace("/staff"); return; }
      const now = await answer.json();
      if (String(now.turn) !== turn && !typing()) { location.replace("/staff"); return; }
    } catch { /* the program is being restarted: ask again */ }
    setTimeout(look, 700);
  };
  look();
})();
