/* A sheet to type into: Enter and arrows move, a block from Excel is pasted, cells are judged while one types, and
   what is filled in is saved by itself. Without this script the form works as it stands. */
(() => {
  const form = document.getElementById("sheet");
  if (!form || !form.dataset.check) return;
  const body = form.querySelector("tbody");
  const status = form.querySelector(".sheet-status");
  const fields = () => [...body.querySelectorAll("input, select")];
  const rowsOf = () => [...body.rows].map((row) => [...row.querySelectorAll("input, select")]);
  let judged = 0, timer = 0, saving = null, dirty = false;

  const placeOf = (field) => {
    const rows = rowsOf();
    const y = rows.findIndex((cells) => cells.includes(field));
    return [y, y < 0 ? -1 : rows[y].indexOf(field)];
  };
  const go = (y, x) => {
    const field = (rowsOf()[y] || [])[x];
    if (field) { field.focus(); if (field.select) field.select(); }
    return Boolean(field);
  };

  const addRows = (count) => {
    const last = body.rows[body.rows.length - 1];
    for (let n = 0; n < count && body.rows.length < 500; n++) {
      const at = body.rows.length;
      const row = last.cloneNode(true);
      row.dataset.row = at;
      row.querySelectorAll("input, select").forEach((field) => {
        const column = field.name.replace(/^cell-\d+-/, "");
        field.name = `cell-${at}-${column}`;
        field.value = "";
        field.removeAttribute("value");
        show(field, "");
        field.parentElement.querySelector(".said").id = `${field.name}-said`;
      });
      body.append(row);
    }
  };

  const show = (field, text) => {
    const said = field.parentElement.querySelector(".said");
    said.textContent = text;
    field.parentElement.classList.toggle("wrong", Boolean(text));
    if (text) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${field.name}-said`);
    } else {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  };

  const judge = async () => {
    const mine = ++judged;
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (!answer || !answer.ok || mine !== judged) return;
    const { faults } = await answer.json();
    const said = new Map(faults.map((one) => [`cell-${one.row}-${one.column}`, one.said.join(" ")]));
    for (const field of fields()) {
      // what is still missing is said when the sheet is handed in, not while somebody is on the way to it
      show(field, field.value.trim() ? said.get(field.name) || "" : "");
    }
  };

  const save = async () => {
    if (!form.dataset.save || !dirty || saving) return;
    dirty = false;
    status.textContent = form.dataset.saving;
    const data = new FormData(form);
    data.set("do", "save");
    saving = fetch(form.dataset.save, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
    const answer = await saving.catch(() => null);
    saving = null;
    if (answer && answer.ok) {
      const said = await answer.json();
      form.elements.revision.value = said.revision;
      status.textContent = said.said;
    } else {
      dirty = true;
      status.textContent = form.dataset.unsaved;
    }
  };

  const changed = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => { judge(); save(); }, 700);
  };

  form.addEventListener("input", (event) => { if (event.target.closest("tbody")) changed(); });

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.closest("tbody") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const [y, x] = placeOf(field);
    const isSelect = field.tagName === "SELECT";
    const steps = { Enter: event.shiftKey ? -1 : 1 };
    if (!isSelect) Object.assign(steps, { ArrowDown: 1, ArrowUp: -1 });
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      if (step > 0 && y === body.rows.length - 1 && form.dataset.adds) addRows(1);
      go(y + step, x);
      return;
    }
    if (isSelect || !field.setSelectionRange) return;
    const atStart = field.selectionStart === 0 && field.selectionEnd === 0;
    const atEnd = field.selectionStart === field.value.length && field.selectionEnd === field.value.length;
    if (event.key === "ArrowLeft" && atStart && go(y, x - 1)) event.preventDefault();
    if (event.key === "ArrowRight" && atEnd && go(y, x + 1)) event.preventDefault();
  });

  form.addEventListener("paste", (event) => {
    const field = event.target;
    const text = event.clipboardData.getData("text/plain");
    if (!field.closest("tbody") || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const block = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    const [top, left] = placeOf(field);
    const missing = top + block.length - body.rows.length;
    if (missing > 0 && form.dataset.adds) addRows(missing);
    const rows = rowsOf();
    let count = 0;
    block.forEach((line, dy) => line.forEach((value, dx) => {
      const into = (rows[top + dy] || [])[left + dx];
      if (!into) return;
      into.value = value.trim();
      count += 1;
    }));
    status.textContent = form.dataset.pasted.replace("{n}", count);
    changed();
  });

  const adder = form.querySelector("[data-add-row]");
  if (adder) adder.addEventListener("click", () => { addRows(5); go(body.rows.length - 5, 0); });

  form.addEventListener("submit", () => { clearTimeout(timer); dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  const first = form.querySelector("[aria-invalid=true]");
  if (first) first.focus();
})();
