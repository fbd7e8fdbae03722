// What a page says of itself, measured in the browser: evaluated there as it stands, its value is a PageMeasures.
(() => {
  const parts = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const colour = (text) => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = parts(text);
    return text === 'none' || alpha === 0 ? null : [red, green, blue];
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((part) => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // WCAG 2.2, contrast ratio.
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (from) => {
    for (let element = from; element !== null; element = element.parentElement) {
      const found = colour(getComputedStyle(element).backgroundColor);
      if (found !== null) return found;
    }
    return [255, 255, 255];
  };
  const weak = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element.closest('script, style, title, desc, .skip') !== null) continue;
    const style = getComputedStyle(element);
    const ink = colour(element.closest('svg') === null ? style.color : style.fill);
    if (ink === null) continue;
    texts++;
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(ink, behind(element));
    if (ratio < (large ? 3 : 4.5)) weak.push({ text, ratio });
  }
  const paper = behind(document.body);
  const graphics = ['pessimistic', 'base', 'optimistic', 'bar', 'control', 'path', 'zero'].map((name) => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = `var(--${name})`;
    const ratio = contrast(colour(getComputedStyle(probe).color), paper);
    probe.remove();
    return { name, ratio };
  });
  const root = document.documentElement;
  const [load] = performance.getEntriesByType('navigation');
  return {
    weak,
    texts,
    graphics,
    paper: luminance(paper),
    overflow: root.scrollWidth - root.clientWidth,
    verdictBottom: document.querySelector('h1').getBoundingClientRect().bottom,
    height: window.innerHeight,
    cut: [...document.querySelectorAll('h1, h2, p, dd, figcaption, summary, figure svg')]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5)
      .map((element) => element.textContent),
    fetched: performance.getEntriesByType('resource').length,
    loadMs: load?.loadEventEnd ?? 0,
  };
})();
