/* Asks every second and a half what is wrong with the content on disk, and says it in the bar. */
"use strict";

(() => {
  const bar = document.getElementById("madonavi");
  const [head, body] = [bar.querySelector("summary"), bar.querySelector("div")];
  const say = ({ faults, untold, changes }) => {
    const state = faults.length ? "wrong" : untold.length ? "waits" : "right";
    const said = faults.length ? `誤りが${faults.length}件あります。直すまで、サイトは前のままです。`
      : untold.length ? `誤りはありません。ほかの言語の訳が${untold.length}件まだです（make languages）。`
        : "誤りはありません。";
    const answers = changes.length ? `　ナビの答え方が${changes.length}通り変わります。` : "";
    if (head.textContent !== said + answers) head.textContent = said + answers;
    const lines = [...faults, ...untold, ...changes].join("\n");
    if (body.textContent !== lines) body.textContent = lines;
    bar.dataset.state = state;
    if (faults.length) bar.querySelector("details").open = true;
  };
  const ask = () => fetch("/faults").then((answer) => answer.json()).then(say)
    .catch(() => { head.textContent = "まどナビが止まっています。「make up」を実行してください。"; });
  setInterval(ask, 1500);
  ask();
})();
