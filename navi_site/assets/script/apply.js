// Makes the application pages nicer; every page works without it.
(() => {
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
  // A field that depends on an answer shows at once.
  for (const field of document.querySelectorAll("[data-when]")) {
    const wanted = field.dataset.any.split(" ");
    const inputs = [...document.querySelectorAll(`input[name="${field.dataset.when}"]`)];
    if (!inputs.length) continue;
    const update = () => { field.hidden = !inputs.some((input) => input.checked && wanted.includes(input.value)); };
    inputs.forEach((input) => input.addEventListener("change", update));
    window.addEventListener("pageshow", update);
    update();
  }
  // 「どれもいらない」 and the others exclude each other.
  for (const none of document.querySelectorAll("input[data-exclusive]")) {
    const all = [...document.querySelectorAll(`input[name="${none.name}"]`)];
    for (const input of all) {
      input.addEventListener("change", () => {
        if (!input.checked) return;
        for (const other of all) if (other !== input && (input === none || other === none)) other.checked = false;
      });
    }
  }
  const first = document.querySelector(".error-summary, [role=alert][tabindex]");
  if (first) first.focus();
})();
