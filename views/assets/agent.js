/*
 * The agent console with script: results while typing, keys, copying. Every page is complete without it; opening an
 * answer is always an ordinary request, so nothing is recorded here.
 */

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const says = find('#agent-says').dataset;
const toast = find('#toast');
const announcer = find('#announcer');
const box = find('#box');
const live = find('#live');

for (const element of all('[data-needs-script]')) element.hidden = false;

/* ---- what is said ---- */

let toastTimer;
function say(sentence, link) {
  clearTimeout(toastTimer);
  toast.replaceChildren(sentence);
  if (link) {
    const anchor = document.createElement('a');
    anchor.href = link.href;
    anchor.textContent = link.text;
    toast.append(' ', anchor);
  } else toastTimer = setTimeout(() => toast.replaceChildren(), 4000);
}

/* Shows a fragment that the server rendered from its own views. */
function show(holder, html) {
  holder.innerHTML = html;
}

/* ---- results while typing ---- */

let asked = '';
let fetching;
let typingTimer;

async function showResults() {
  const question = box.value.trim();
  if (question === asked) return;
  asked = question;
  fetching?.abort();
  if (question === '') return closeLive();
  fetching = new AbortController();
  const parameters = new URLSearchParams(new FormData(box.form));
  parameters.delete('selected');
  try {
    const response = await fetch(`${box.form.dataset.results}?${parameters}`, {
      headers: { accept: 'application/json' },
      signal: fetching.signal,
    });
    if (response.status === 401) {
      const here = encodeURIComponent(location.pathname + location.search);
      return say(says.signedOut, { href: `/agent/sign-in?next=${here}`, text: says.signIn });
    }
    if (!response.ok) throw new Error(String(response.status));
    const { html, announcement } = await response.json();
    if (!find('.console-form__box').contains(document.activeElement)) return;
    show(live, html);
    live.hidden = html === '';
    announcer.textContent = announcement;
  } catch (error) {
    if (error.name === 'AbortError') return;
    asked = '';
    announcer.textContent = says.unreachable;
  }
}

function closeLive() {
  live.hidden = true;
  live.replaceChildren();
  asked = box.value.trim();
}

if (box) {
  asked = box.defaultValue.trim();
  // What was typed before this script was there.
  if (document.activeElement === box) showResults();
  box.addEventListener('input', () => {
    clearTimeout(typingTimer);
    typingTimer = setTimeout(showResults, 120);
  });
  box.form.addEventListener('focusout', (event) => {
    const next = event.relatedTarget;
    if (!live.hidden && next && !find('.console-form__box').contains(next)) closeLive();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!live.hidden && !find('.console-form__box').contains(event.target)) closeLive();
  });
}

/* A choice of customer or date is applied at once. */
for (const apply of all('[data-apply]')) {
  apply.hidden = true;
  apply.form.addEventListener('change', (event) => {
    if (event.target === box || (event.target.type === 'date' && !event.target.checkValidity())) return;
    apply.hidden = false;
    apply.form.requestSubmit(apply);
  });
}

/* A form sends neither empty fields nor today's date, so that a saved address means the day on which it is opened. */
for (const form of all('form[method="get"]'))
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData])
      if (value === '' || value === form.elements[name]?.dataset?.default) formData.delete(name);
  });

/* ---- moving ---- */

function rows() {
  if (live && !live.hidden) return all('[data-row]', live);
  return all('[data-row]');
}

function move(by) {
  const list = rows();
  const at = list.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== box) return false;
  const next = at + by;
  if (next < 0) box?.focus();
  else list[Math.min(next, list.length - 1)]?.focus();
  return list.length > 0;
}

/* ---- copying ---- */

async function write(plain, html) {
  try {
    if (!html) await navigator.clipboard.writeText(plain);
    else
      await navigator.clipboard.write([
        new ClipboardItem({
          'text/plain': new Blob([plain], { type: 'text/plain' }),
          'text/html': new Blob([html], { type: 'text/html' }),
        }),
      ]);
    return true;
  } catch {
    return writeOldWay(plain, html);
  }
}

/* On a plain http address browsers offer no clipboard object, but still copy on a key or a click. */
function writeOldWay(plain, html) {
  const fill = (event) => {
    event.clipboardData.setData('text/plain', plain);
    if (html) event.clipboardData.setData('text/html', html);
    event.preventDefault();
  };
  document.addEventListener('copy', fill, { once: true });
  const done = document.execCommand('copy');
  document.removeEventListener('copy', fill);
  return done;
}

function formOf(holder, form) {
  return find(`[data-form="${form}"]`, holder)?.value;
}

async function copy(form, holder) {
  const text = holder && formOf(holder, form);
  if (text === undefined || text === null) return say(says.nothing);
  const done = await write(text, form === 'html' ? text : undefined);
  if (done) return say(says[form]);
  const byHand = find('details', holder);
  if (byHand) byHand.open = true;
  say(says.failed);
}

async function copyNote(holder) {
  say('');
  const warning = find('#copy-warning');
  warning.returnValue = '';
  warning.showModal();
  await new Promise((resolve) => warning.addEventListener('close', resolve, { once: true }));
  if (warning.returnValue !== 'copy') return;
  say((await write(formOf(holder, 'note'))) ? says.note : says.failed);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.copy) copy(button.dataset.copy, button.closest('[data-copy-forms]'));
  if ('copyNote' in button.dataset) copyNote(button.closest('[data-note]'));
});

/* ---- flags ---- */

const flagDialog = find('#flag-dialog');
const flagForm = find('#flag-form');

/* Opens the form over the page; `link` leads to the same form as a page, and says what it is about. */
function openFlag(link) {
  flagForm.reset();
  flagForm.elements.answer.value = link.dataset.answer;
  sayInForm(flagForm, '');
  flagDialog.showModal();
  find('[name="kind"]', flagForm).focus();
}

function sayInForm(form, sentence) {
  find('[role="alert"]', form).textContent = sentence;
}

/* Sends a form of a dialog and gives what came back; null where the form says why not. */
async function sendForm(form) {
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    if (response.status === 401) {
      const here = encodeURIComponent(location.pathname + location.search);
      form.closest('dialog').close();
      say(says.signedOut, { href: `/agent/sign-in?next=${here}`, text: says.signIn });
      return null;
    }
    const { said, html } = await response.json();
    if (response.ok) return { said, html };
    sayInForm(form, said ?? form.dataset.failed);
  } catch {
    sayInForm(form, form.dataset.failed);
  }
  return null;
}

if (flagDialog) {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-flag]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    openFlag(link);
  });
  flagDialog.addEventListener('keydown', (event) => {
    const at = Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]) - 1;
    const choice = event.target.tagName === 'TEXTAREA' ? undefined : all('[name="kind"]', flagForm)[at];
    if (!choice || event.ctrlKey || event.metaKey || event.altKey) return;
    choice.checked = true;
    find('textarea', flagForm).focus();
    event.preventDefault();
  });
  flagForm.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = find('[type="submit"]', flagForm);
    button.disabled = true;
    const done = await sendForm(flagForm);
    button.disabled = false;
    if (!done) return;
    flagDialog.close();
    show(find('#flags-here'), done.html);
    say(done.said);
  });
}

/* ---- offers ---- */

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-offer]');
  const dialog = link && document.getElementById(link.dataset.offer);
  if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  dialog.showModal();
});

for (const form of all('[data-offer-form]'))
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = find('[type="submit"]', form);
    button.disabled = true;
    const done = await sendForm(form);
    button.disabled = false;
    if (!done) return;
    form.closest('dialog').close();
    // The same form is the same offer; another one needs a page of its own.
    const line = find(`[data-offer="${form.closest('dialog').id}"]`).parentElement;
    line.textContent = done.said;
    say(done.said);
  });

/* ---- keys ---- */

const keysDialog = find('#keys');
const useKeys = find('#use-keys');
const keysSetting = 'concord-console-keys';
const showKeys = find('#show-keys');

useKeys.checked = localStorage.getItem(keysSetting) !== 'off';
useKeys.addEventListener('change', () => localStorage.setItem(keysSetting, useKeys.checked ? 'on' : 'off'));
showKeys.hidden = false;
showKeys.addEventListener('click', () => keysDialog.showModal());

/* A key by its letter, or by its place where the keyboard writes other letters. */
function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return event.key.length === 1 && event.code.startsWith('Key')
    ? event.code.slice(3).toLowerCase()
    : event.key;
}

const copyKeys = { c: 'text', m: 'markdown', h: 'html', l: 'link' };

function isTyping(target) {
  return target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName);
}

function act(event) {
  const key = letterOf(event);
  if (key === '?' || key === '؟') return keysDialog.showModal();
  if (key === '/' || (event.code === 'Slash' && key === '.')) {
    const field = box ?? find('select');
    field?.focus();
    return field?.select?.();
  }
  if (key === 'f' && flagDialog) {
    const part = event.target.closest('.article-part') ?? document;
    return openFlag(find('[data-flag]', part) ?? find('[data-flag]'));
  }
  const form = copyKeys[key];
  if (!form) return false;
  const near = event.target.closest('[data-copy-forms], .article-part');
  const holder = near?.matches('.article-part') ? find('[data-copy-forms]', near) : near;
  return copy(form, holder ?? find('[data-copy-forms]'));
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find('dialog[open]')) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (move(event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
    return;
  }
  if (event.key === 'Escape') {
    if (live && !live.hidden) {
      closeLive();
      box.focus();
      event.preventDefault();
    } else if (event.target === box) {
      (find('#opened') ?? find('#main')).focus();
      event.preventDefault();
    }
    return;
  }
  if (isTyping(event.target) || !useKeys.checked || event.repeat) return;
  if (act(event) !== false) event.preventDefault();
});

/* An answer that was just opened has the focus, so that the next key copies it. */
find('#opened')?.focus();
