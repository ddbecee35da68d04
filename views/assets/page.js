/** Small comforts of the FAQ's pages: menus close, links are copied, pages are printed. Without it nothing is missing. */

for (const menu of document.querySelectorAll('details.menu')) {
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
}

for (const tools of document.querySelectorAll('[data-tools]')) {
  const copy = tools.querySelector('[data-copy-link]');
  const label = copy.querySelector('[data-label]');
  const wording = label.textContent;
  tools.querySelector('[data-print]').addEventListener('click', () => window.print());
  // Only pages over https and on this machine may write to the clipboard.
  if (!navigator.clipboard) copy.hidden = true;
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(window.location.href);
    label.textContent = copy.dataset.done;
    setTimeout(() => {
      label.textContent = wording;
    }, 3000);
  });
  tools.hidden = false;
}
