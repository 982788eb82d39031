// Sorting, searching, filtering and paging of the list; without this script every row is shown as the run ranked it.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('lk-js');
  const languages = [...document.querySelectorAll('.lk-lang')];
  const inForce = () => languages.find(r => r.checked)?.value || 'zh';
  const language = () => {
    const now = inForce();
    root.lang = now === 'zh' ? 'zh-CN' : 'en';
    document.title = root.dataset['title' + (now === 'zh' ? 'Zh' : 'En')];
    const search = document.getElementById('lk-search');
    if (search) search.placeholder = search.dataset[now];
  };
  languages.forEach(r => r.addEventListener('change', language));
  language();

  const table = document.getElementById('lk-list');
  if (!table) return;
  const rows = [...table.tBodies], page = 50;
  const search = document.getElementById('lk-search'), core = document.getElementById('lk-core-only');
  const tabs = [...document.querySelectorAll('.lk-tabs button')];
  const tally = document.getElementById('lk-tally'), more = document.getElementById('lk-next');
  const nothing = document.getElementById('lk-nothing');
  let state = '', shown = page;

  const matching = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    return rows.filter(row => (!state || row.dataset.state === state) && (!core.checked || row.dataset.core === '1')
      && words.every(word => row.dataset.text.includes(word)));
  };
  const draw = () => {
    const found = matching(), visible = new Set(found.slice(0, shown));
    rows.forEach(row => { row.hidden = !visible.has(row); });
    tally.querySelectorAll('[data-n]').forEach(el => { el.textContent = Math.min(shown, found.length); });
    tally.querySelectorAll('[data-of]').forEach(el => { el.textContent = found.length; });
    more.hidden = found.length <= shown;
    nothing.hidden = found.length > 0;
  };
  const restart = () => { shown = page; draw(); };
  search.addEventListener('input', restart);
  core.addEventListener('change', restart);
  more.addEventListener('click', () => { shown += page; draw(); });
  tabs.forEach(tab => tab.addEventListener('click', () => {
    state = tab.value;
    tabs.forEach(other => other.setAttribute('aria-pressed', String(other === tab)));
    restart();
  }));

  const sortBy = (head, key) => {
    const up = head.getAttribute('aria-sort') === 'descending';
    table.querySelectorAll('th[aria-sort]').forEach(th => th.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const value = row => row.dataset[key];
    const text = key === 'name';
    rows.sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === '' || y === '') return (x === '') - (y === '');   // unknown stays last either way
      const order = text ? x.localeCompare(y, 'zh-CN') : Number(x) - Number(y);
      return up ? order : -order;
    });
    table.append(...rows);
    restart();
  };
  table.querySelectorAll('th button').forEach(button => button.addEventListener('click', () => sortBy(button.closest('th'), button.value)));

  const reveal = () => {                                  // a link to one customer opens its page of the list
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (location.hash === '#list-core') { core.checked = true; restart(); document.getElementById('list').scrollIntoView(); return; }
    if (!target || !rows.includes(target)) return;
    search.value = ''; core.checked = false; tabs[0].click();
    shown = Math.max(page, rows.indexOf(target) + 1);
    draw();
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  draw();
  reveal();
})();
