import '@organism/skin-elements';
import { createApp } from 'vue';
import Diary from './diary.vue';

createApp(Diary).mount('#app');
