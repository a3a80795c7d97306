// Makes the application pages nicer; every page works without it.
(() => {
  // A page that answered a form is asked for anew when somebody comes back to it: the browser must not offer to send the
  // form again, nor show its own error page instead of ours.
  history.replaceState(history.state, "", location.href);
  // A form is sent once: a second press while the answer is on its way does nothing.
  const rest = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[data-words]")) {
      button.removeAttribute("aria-disabled");
      button.textContent = button.dataset.words;
    }
  };
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      const button = event.submitter;
      if (!button) return;
      button.dataset.words = button.textContent;
      button.setAttribute("aria-disabled", "true");
      button.textContent = "送っています…";
    });
  }
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach(rest));
  // A field that depends on answers shows at once: data-when="whose:members;items:mynumber code". An empty word is
  // no answer: "notify:mail ".
  for (const field of document.querySelectorAll("[data-when]")) {
    const rules = field.dataset.when.split(";").map((rule) => {
      const at = rule.indexOf(":");
      return { inputs: [...document.getElementsByName(rule.slice(0, at))].filter((input) => input.type !== "hidden"), wanted: rule.slice(at + 1).split(" ") };
    }).filter((rule) => rule.inputs.length);
    if (!rules.length) continue;
    const update = () => {
      field.hidden = !rules.every((rule) => rule.inputs.some((input) => input.checked && rule.wanted.includes(input.value))
        || (rule.wanted.includes("") && !rule.inputs.some((input) => input.checked)));
    };
    rules.forEach((rule) => rule.inputs.forEach((input) => input.addEventListener("change", update)));
    window.addEventListener("pageshow", update);
    update();
  }
  // 「どれもいらない」 and the others exclude each other.
  for (const none of document.querySelectorAll("input[data-exclusive]")) {
    const all = [...document.querySelectorAll(`input[name="${none.name}"]`)];
    for (const input of all) {
      input.addEventListener("change", () => {
        if (!input.checked) return;
        for (const other of all) {
          if (!other.checked || other === input || (input !== none && other !== none)) continue;
          other.checked = false;
          other.dispatchEvent(new Event("change")); // what depends on it hides too
        }
      });
    }
  }
  // What is typed is saved by itself a moment later; when that fails, it is said at once.
  const form = document.querySelector("form[data-autosave]");
  const says = document.querySelector("[data-saved]");
  if (form && says) {
    let timer, running;
    const told = (words, wrong) => {
      says.textContent = words;
      says.classList.toggle("saved--failed", wrong);
      says.setAttribute("role", wrong ? "alert" : "status");
    };
    const save = () => {
      const body = new URLSearchParams(new FormData(form));
      body.set("then", "autosave");
      running = new AbortController();
      fetch(form.action, { method: "POST", body, signal: running.signal, redirect: "error" })
        .then(async (answer) => {
          if (!answer.ok) throw new Error(String(answer.status));
          told(await answer.text(), false);
        })
        .catch((error) => { if (error.name !== "AbortError") told("まだ保存できていません。電波を確かめて、「つぎへ」を押してください。入れた内容は、この画面に残っています。", true); });
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1200); });
    form.addEventListener("submit", () => { clearTimeout(timer); if (running) running.abort(); });
  }
  // Seven digits of a postal code fill the address, unless something stands there already.
  for (const code of document.querySelectorAll("[data-postal]")) {
    const to = document.getElementById(code.dataset.postal);
    const line = document.querySelector(`[data-postal-says="${code.dataset.postal}"]`);
    code.addEventListener("input", async () => {
      const digits = code.value.normalize("NFKC").replace(/[^0-9]/g, "");
      if (digits.length !== 7) return;
      try {
        const answer = await fetch(`/api/v1/postal/${digits}`);
        if (!answer.ok) { line.textContent = "この郵便番号は見つかりません。番号を確かめるか、住所を入れてください。"; return; }
        const found = (await answer.json()).address;
        if (!to.value || found.startsWith(to.value)) { to.value = found; to.dispatchEvent(new Event("input", { bubbles: true })); }
        line.textContent = `${found} が見つかりました。つづきの番地を入れてください。`;
      } catch { line.textContent = ""; }
    });
  }
  // A file that is too large is said before it is sent.
  const sends = document.querySelector("form[data-file]");
  if (sends) sends.addEventListener("submit", (event) => {
    const chosen = sends.querySelector("input[type=file]").files[0];
    const tooLarge = Boolean(chosen) && chosen.size > 10 * 1024 * 1024;
    sends.querySelector("[data-file-says]").hidden = !tooLarge;
    if (tooLarge) { event.preventDefault(); rest(sends); }
  });
  const print = document.querySelector("button[data-print]");
  if (print) { print.hidden = false; print.addEventListener("click", () => window.print()); }
  const first = document.querySelector(".error-summary, [role=alert][tabindex]");
  if (first) first.focus();
})();
