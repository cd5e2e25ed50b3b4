// keys of triage: t takes on, m merges, 1 to 5 close with that reason, n goes to the next one
document.addEventListener("keydown", function (event) {
  const form = document.querySelector("[data-triage]");
  const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
  if (!form || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
  if (button && !button.disabled) { event.preventDefault(); button.click(); }
});
