// Who did what, page by page, as the API tells it.
'use strict';
(function () {
  const { t, el, api, show } = window.marmita;
  const root = document.querySelector('[data-audit]');
  if (!root) return;
  const rows = root.querySelector('tbody');
  const more = root.querySelector('[data-audit-more]');
  const filter = root.querySelector('form');
  const language = document.documentElement.lang;
  let next = null;

  function row(item) {
    const event = item.event;
    const time = el('time', { datetime: event.at, text: new Date(event.at).toLocaleString(language) });
    const good = event.outcome === undefined || /^(done|ok|success|allowed)/.test(event.outcome);
    return el('tr', {}, el('td', {}, time), el('td', { class: 'break', text: event.actor || '' }), el('td', {}, el('code', { text: event.action || '' })),
      el('td', { class: 'break', text: event.resource || '' }), el('td', {}, el('span', { class: 'phase ' + (good ? 'phase-ready' : 'phase-failed'), text: event.outcome || '' })),
      el('td', {}, el('details', {}, el('summary', { text: t('js.details') }), el('pre', { class: 'plain', tabindex: 0, text: JSON.stringify(event, null, 1) }))));
  }

  async function load(fresh) {
    const query = new URLSearchParams(new FormData(filter));
    for (const [key, value] of [...query]) if (!value) query.delete(key);
    if (!fresh && next) query.set('pageToken', next);
    try {
      const page = await api('GET', root.dataset.audit + '?' + query);
      if (fresh) rows.replaceChildren();
      rows.append(...page.items.map(row));
      if (!rows.childElementCount) rows.append(el('tr', {}, el('td', { colspan: 6, class: 'nothing', text: t('js.audit.none') })));
      next = page.nextPageToken || null;
      more.hidden = !next;
    } catch (failure) { show(root.querySelector('[data-problem]'), failure); }
  }

  more.addEventListener('click', () => load(false));
  filter.addEventListener('submit', (event) => { event.preventDefault(); load(true); });
  load(true);
})();
