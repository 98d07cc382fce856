import '@organism/skin-elements';
import { createRoot } from 'react-dom/client';
import { Diary } from './diary.tsx';

const root = document.querySelector('#app');
if (root === null) throw new Error('The page has no #app.');
createRoot(root).render(<Diary />);
