/**
 * Suggestions while typing, as an ARIA combobox with a list: arrows move, Enter opens the chosen question, Escape closes.
 * Without it the box is a plain form. A failed or late request shows nothing, and is never an error for the customer.
 */

const pause = 150;
const leastLetters = 2;

for (const form of document.querySelectorAll('form[data-suggest]')) connect(form);

function connect(form) {
  const input = form.querySelector('input[name="q"]');
  const list = document.createElement('ul');
  const status = document.createElement('p');
  list.id = `${input.id}-suggestions`;
  list.className = 'suggestions';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.dataset.suggestLabel);
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  form.append(list, status);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', list.id);

  let timer = 0;
  let request = new AbortController();
  let active = -1;

  const options = () => [...list.children];

  const select = (index) => {
    active = index;
    options().forEach((option, at) => {
      option.setAttribute('aria-selected', String(at === index));
    });
    const chosen = options()[index];
    if (chosen) {
      input.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  };

  const close = () => {
    clearTimeout(timer);
    request.abort();
    list.hidden = true;
    status.textContent = '';
    input.setAttribute('aria-expanded', 'false');
    select(-1);
  };

  const show = (suggestions) => {
    list.replaceChildren(
      ...suggestions.map(({ text, url }, index) => {
        const option = document.createElement('li');
        option.id = `${list.id}-${index}`;
        option.className = 'suggestions__option';
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        option.dir = 'auto';
        option.textContent = text;
        option.dataset.url = url;
        return option;
      }),
    );
    if (suggestions.length === 0) return close();
    select(-1);
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    status.textContent = form.dataset.suggestHint;
  };

  const open = (option) => {
    const address = new URL(option.dataset.url, window.location.href);
    if (address.origin !== window.location.origin) return;
    // The customer's choices go along, as on every link of these pages.
    for (const { name, value } of form.querySelectorAll('input[type="hidden"]'))
      address.searchParams.set(name, value);
    window.location.assign(address);
  };

  const ask = async () => {
    request.abort();
    request = new AbortController();
    const typed = input.value.trim();
    if ([...typed].length < leastLetters) return close();
    const query = new URLSearchParams({ q: typed.slice(0, 200) });
    try {
      const response = await fetch(`/${form.dataset.suggest}/suggest?${query}`, { signal: request.signal });
      const { suggestions } = response.ok ? await response.json() : { suggestions: [] };
      if (input.value.trim() === typed && document.activeElement === input) show(suggestions);
    } catch {
      // Aborted by the next letter, or no network: the form still works.
    }
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const count = options().length;
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === 'ArrowDown' && list.hidden) {
      event.preventDefault();
      ask();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !list.hidden) {
      event.preventDefault();
      // One place more than there are options: the box itself.
      const step = event.key === 'ArrowDown' ? 1 : -1;
      select(((active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === 'Enter' && !list.hidden && active >= 0) {
      event.preventDefault();
      open(options()[active]);
    } else if (event.key === 'Tab') {
      close();
    }
  });
  // Before the box loses its focus, so that the list is still there to be clicked.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) open(option);
  });
  input.addEventListener('blur', close);
  form.addEventListener('submit', close);
}
