import { byId } from './dom.ts';

/** The button that switches between light and dark; the choice is kept for the next visit. */
export const setUpTheme = (): void => {
  const root = document.documentElement;
  const icon = byId('theme-icon', 'skin-icon');
  const isDark = (): boolean =>
    (root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => {
    icon.name = isDark() ? 'sun' : 'moon';
  };
  const saved = localStorage.getItem('theme');
  if (saved === 'light' || saved === 'dark') root.dataset['theme'] = saved;
  show();
  byId('theme', 'skin-button').addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark';
    localStorage.setItem('theme', root.dataset['theme']);
    show();
  });
};
