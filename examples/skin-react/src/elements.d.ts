/// <reference types="@organism/skin-elements/react" />
