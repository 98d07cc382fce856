/// <reference types="@organism/skin-elements/vue" />
