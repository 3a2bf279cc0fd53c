// What the app is compared with: the same events in a virtual list of fixed height, written by hand
// and as lean as it gets. Rows are recycled; a row that comes into sight gets new texts, no elements.
const HEIGHT = 36;
const SPARE = 400;
const SIZE = 50;

const region = document.querySelector('.list');
const room = document.querySelector('.room');
const pager = document.querySelector('.pager');
const drawn = [];
let events = [];
let known = new Set();
let count = 0;
let query = '';

async function ask(page) {
  const parameters = new URLSearchParams(query);
  parameters.set('page', page);
  const answer = await fetch(`/api/v3/events/events/?${parameters}`, {
    headers: { accept: 'application/json', authorization: `Bearer ${sessionStorage.token}` },
  });
  return answer.json();
}

function element() {
  const row = document.createElement('div');
  row.className = 'log__row';
  const texts = [];
  for (const name of ['time', 'span', 'a', 'span', 'code', 'span']) {
    const cell = document.createElement(name);
    const text = document.createTextNode('');
    cell.append(text);
    row.append(cell);
    texts.push(text);
  }
  room.append(row);
  return { row, texts, link: row.children[2], at: -1 };
}

function fill(slot, at) {
  const event = events[at];
  const time = new Date(event.created);
  const two = (number) => String(number).padStart(2, '0');
  const texts = [
    `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`,
    event.action.replaceAll('_', ' '),
    `${event.user.username ?? 'System'}: ${event.action} ${event.context.model?.name ?? event.context.authorized_application?.name ?? ''}`,
    event.user.username ?? 'System',
    `${event.client_ip ?? '–'} ${event.context.geo?.country ?? ''} ${event.context.asn?.as_org ?? ''}`,
    event.app,
  ];
  texts.forEach((text, cell) => {
    if (slot.texts[cell].data !== text) slot.texts[cell].data = text;
  });
  slot.link.href = `/events/${event.pk}`;
  slot.row.style.transform = `translateY(${at * HEIGHT}px)`;
  slot.row.hidden = false;
  slot.at = at;
}

function draw() {
  const first = Math.max(0, Math.floor((region.scrollTop - SPARE) / HEIGHT));
  const last = Math.min(events.length, Math.ceil((region.scrollTop + region.clientHeight + SPARE) / HEIGHT));
  while (drawn.length < last - first) drawn.push(element());
  for (let at = first; at < last; at += 1) {
    const slot = drawn[at % drawn.length];
    if (slot.at !== at) fill(slot, at);
  }
  for (const slot of drawn) {
    if (slot.at < first || slot.at >= last) {
      slot.row.hidden = true;
      slot.at = -1;
    }
  }
}

function settle(pagination) {
  count = pagination.count;
  room.style.height = `${events.length * HEIGHT}px`;
  pager.textContent = `1–${events.length} of ${count}`;
  draw();
}

/** Shows what a query finds. */
async function show(wanted) {
  query = wanted;
  const page = await ask(1);
  events = page.results;
  known = new Set(events.map(({ pk }) => pk));
  for (const slot of drawn) slot.at = -1;
  region.scrollTop = 0;
  settle(page.pagination);
}

/** The next page behind the others. */
async function older() {
  const page = await ask(Math.floor(events.length / SIZE) + 1);
  for (const event of page.results) {
    if (known.has(event.pk)) continue;
    known.add(event.pk);
    events.push(event);
  }
  settle(page.pagination);
}

region.addEventListener('scroll', draw, { passive: true });
window.baseline = { show, older };
if (sessionStorage.token) show(sessionStorage.query);
