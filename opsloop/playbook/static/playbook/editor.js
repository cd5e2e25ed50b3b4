// Rows that grow: add, remove, move up. A new row's fields are named with the first number that is free.
const NEW = "__new__";

function freeNumber(list, name) {
  let next = 0;
  for (const field of list.querySelectorAll(`[name^="${name}."]`)) {
    const number = parseInt(field.name.slice(name.length + 1), 10);
    if (number >= next) next = number + 1;
  }
  return next;
}

function renumber(root, from, to) {
  for (const one of root.querySelectorAll("*")) {
    for (const attribute of ["name", "id", "for", "data-grow"]) {
      const value = one.getAttribute(attribute);
      if (value && value.includes(from)) one.setAttribute(attribute, value.replace(from, to));
    }
    if (one.tagName === "TEMPLATE") renumber(one.content, from, to);
  }
}

function add(box) {
  const list = box.querySelector(":scope > [data-grow-list]");
  const name = box.dataset.grow;
  const row = box.querySelector(":scope > template").content.cloneNode(true);
  renumber(row, `${name}.${NEW}`, `${name}.${freeNumber(list, name)}`);
  list.append(row);
  list.lastElementChild.querySelector("input, select, textarea")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-grow-add], [data-grow-drop], [data-grow-up]");
  if (!button) return;
  const row = button.closest("[data-grow-row]");
  if (button.hasAttribute("data-grow-add")) add(button.closest("[data-grow]"));
  else if (button.hasAttribute("data-grow-drop")) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const box = row.closest("[data-grow]");
    row.remove();
    (next?.querySelector("[data-grow-drop]") ?? box.querySelector(":scope > [data-grow-add]")).focus();
  } else if (row.previousElementSibling) {
    row.previousElementSibling.before(row);
    button.focus();
  }
});
