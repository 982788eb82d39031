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

  // each view of the list is a table of its own; state, core and search narrow all of them together
  const few = 20, more = 50;
  const search = document.getElementById('lk-search'), core = document.getElementById('lk-core-only');
  if (!search) return;
  const tabs = [...document.querySelectorAll('.lk-tabs button')];
  const views = [...document.querySelectorAll('.lk-view')].map(table => ({
    table, rows: [...table.tBodies], shown: few, section: table.closest('section'),
  }));
  let state = '';

  const matching = view => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    return view.rows.filter(row => (!state || row.dataset.state === state) && (!core.checked || row.dataset.core === '1')
      && words.every(word => row.dataset.text.includes(word)));
  };
  const draw = view => {
    const found = matching(view), visible = new Set(found.slice(0, view.shown));
    view.rows.forEach(row => { row.hidden = !visible.has(row); });
    view.section.querySelectorAll('[data-n]').forEach(el => { el.textContent = visible.size; });
    view.section.querySelectorAll('[data-of]').forEach(el => { el.textContent = found.length; });
    view.section.querySelector('.lk-next').hidden = found.length <= view.shown;
    view.section.querySelector('.lk-none').hidden = found.length > 0;
  };
  const restart = () => views.forEach(view => { view.shown = few; draw(view); });
  search.addEventListener('input', restart);
  core.addEventListener('change', restart);
  tabs.forEach(tab => tab.addEventListener('click', () => {
    state = tab.value;
    tabs.forEach(other => other.setAttribute('aria-pressed', String(other === tab)));
    restart();
  }));

  const sortBy = (view, head, key) => {
    const up = head.getAttribute('aria-sort') === 'descending';
    view.table.querySelectorAll('th[aria-sort]').forEach(th => th.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const value = row => row.dataset[key];
    const text = key === 'name';
    view.rows.sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === '' || y === '') return (x === '') - (y === '');   // unknown stays last either way
      const order = text ? x.localeCompare(y, 'zh-CN') : Number(x) - Number(y);
      return up ? order : -order;
    });
    view.table.append(...view.rows);
    view.shown = few;
    draw(view);
  };
  views.forEach(view => {
    view.section.querySelector('.lk-next').addEventListener('click', () => { view.shown += more; draw(view); });
    view.table.querySelectorAll('th button').forEach(button =>
      button.addEventListener('click', () => sortBy(view, button.closest('th'), button.value)));
  });

  const reveal = () => {                                  // a link to one customer opens its page of the view
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (location.hash === '#list-core') { core.checked = true; restart(); document.getElementById('list').scrollIntoView(); return; }
    const view = target && views.find(each => each.rows.includes(target));
    if (!view) return;
    search.value = ''; core.checked = false; tabs[0].click();
    view.shown = Math.max(few, view.rows.indexOf(target) + 1);
    draw(view);
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  restart();
  reveal();
})();
