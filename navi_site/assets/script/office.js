// The console's comforts: keys for lists, one press per decision, a running total. Every page works without it.
(() => {
  const rows = [...document.querySelectorAll("#cases tbody tr")];
  let at = -1;
  const go = (step) => {
    if (!rows.length) return;
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[at].querySelector("a").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "o" && at >= 0) rows[at].querySelector("a").click();
    else if (event.key === "/") { const field = document.getElementById("reference"); if (field) { event.preventDefault(); field.focus(); } }
  });
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent; });
  const total = document.querySelector("[data-total]");
  const amounts = [...document.querySelectorAll("[data-yen]")];
  const add = () => {
    const sum = amounts.reduce((all, input) => all + (Number(input.value.replaceAll(",", "")) || 0), 0);
    total.textContent = sum.toLocaleString("ja-JP");
  };
  amounts.forEach((input) => input.addEventListener("input", add));
  const errors = document.querySelector(".error-summary");
  if (errors) errors.focus();
})();
