// The console's comforts: keys for lists, one press per decision, a running total, what the resident will read.
// Every page works without it.
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  document.documentElement.classList.add("scripted");
  // Coming back to a page that answered a form asks for it anew; the browser must not offer to send the form again.
  history.replaceState(history.state, "", location.href);

  // Lists: j and k walk, o opens, / goes to the search. Never while somebody types.
  const links = all("#cases tbody tr td:first-child a");
  const step = (by) => {
    const at = links.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
    if (links[to]) links[to].focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "o" && links.includes(document.activeElement)) document.activeElement.click();
    else if (event.key === "/" && one("#reference")) { event.preventDefault(); one("#reference").focus(); }
  });

  // A decision leaves once, however often its button is pressed; coming back by the browser's button frees it.
  const forms = all("form[data-once]");
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => { for (const form of forms) delete form.dataset.sent; });

  // The fee: the total on the screen is the total that is decided.
  const total = one("[data-total]");
  if (total) {
    const amounts = all("[data-yen]");
    const yen = (input) => Number(input.value.normalize("NFKC").replace(/[,円\s]/g, "")) || 0;
    const add = () => {
      const sum = amounts.reduce((before, input) => before + yen(input), 0);
      total.textContent = sum.toLocaleString("ja-JP");
      one("[data-total-value]").value = String(sum);
    };
    for (const input of amounts) input.addEventListener("input", add);
    add();
  }

  // A correction: what the resident will read, while it is being written.
  const reads = (name) => one(`[data-show="${name}"]`);
  if (reads("fields")) {
    const words = one("#words");
    const empty = { reason: "（理由を選ぶと、ここに出ます）", fields: "（まだ選んでいません）" };
    const show = () => {
      const reason = one("input[name=reason]:checked");
      reads("reason").textContent = reason ? reason.dataset.resident : empty.reason;
      reads("fields").textContent = all("input[name=fields]:checked").map((box) => box.dataset.label).join("・") || empty.fields;
      reads("words").textContent = words.value;
      reads("words").hidden = !words.value.trim();
    };
    document.addEventListener("input", show);
    window.addEventListener("pageshow", show);
  }

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
      button.textContent = "写しました";
    });
  }
  // A file is read here and shown in the box, so that what is sent is what was seen. An old tool may write Shift_JIS.
  const read = async (file) => {
    const bytes = await file.arrayBuffer();
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("shift_jis").decode(bytes);
    }
  };
  for (const input of all("[data-read-into]")) {
    input.closest("[hidden]").hidden = false;
    input.addEventListener("change", async () => {
      if (input.files[0]) document.getElementById(input.dataset.readInto).value = await read(input.files[0]);
    });
  }
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
