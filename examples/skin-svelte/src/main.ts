import '@organism/skin-elements';
import { mount } from 'svelte';
import Diary from './diary.svelte';

const target = document.querySelector('#app');
if (target === null) throw new Error('The page has no #app.');
mount(Diary, { target });
