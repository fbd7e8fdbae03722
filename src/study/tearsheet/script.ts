/**
 * All that the page does on its own: a button that changes the theme, and columns that sort. The page is whole without it, so the buttons are
 * made here.
 */
export const SCRIPT = `(() => {
const root = document.documentElement;
const theme = document.createElement('button');
theme.type = 'button';
const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
const name = () => { theme.textContent = dark() ? 'Light theme' : 'Dark theme'; };
theme.addEventListener('click', () => { root.dataset.theme = dark() ? 'light' : 'dark'; name(); });
name();
document.querySelector('.top').append(theme);
const worth = (cell) => {
  const number = cell.querySelector('[data-value]');
  return number && cell.classList.contains('right') ? Number(number.dataset.value) : cell.textContent.trim();
};
for (const table of document.querySelectorAll('table.sortable')) {
  table.querySelectorAll('thead th').forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const sign = head.getAttribute('aria-sort') === 'descending' ? 1 : -1;
      for (const other of table.querySelectorAll('thead th')) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending');
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [worth(a.cells[column]), worth(b.cells[column])];
        return sign * (x < y ? -1 : x > y ? 1 : 0);
      });
      body.append(...rows);
    });
  });
}
})();`;
