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

/** What is said of an answer stays on the page: its form is sent from here, and what comes back takes its place. */
document.addEventListener('submit', async (event) => {
  const form = event.target;
  const place = form.closest('[data-feedback]');
  if (!place) return;
  event.preventDefault();
  if (place.getAttribute('aria-busy') === 'true') return;
  const said = place.querySelector('[data-feedback-said]');
  const body = place.querySelector('[data-feedback-body]');
  place.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      mode: 'same-origin',
      body: new URLSearchParams(new FormData(form, event.submitter)),
    });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const next = page.querySelector('[data-feedback]');
    if (!response.ok || !next) throw new Error(`answered ${response.status}`);
    body.replaceChildren(...next.querySelector('[data-feedback-body]').childNodes);
    said.textContent = next.querySelector('[data-feedback-said]').textContent;
  } catch {
    said.textContent = place.dataset.failed;
  }
  place.removeAttribute('aria-busy');
  // The button that had the focus is gone.
  said.focus();
});

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
