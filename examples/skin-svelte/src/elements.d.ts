/// <reference types="@organism/skin-elements/svelte" />
