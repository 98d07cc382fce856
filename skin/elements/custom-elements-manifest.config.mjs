/** What is nobody's business outside: private and protected members, statics, and the callbacks of forms. */
const isInternal = ({ name, privacy, static: isStatic }) =>
  isStatic === true || privacy === 'private' || privacy === 'protected' || /^#|^form\w+Callback$/.test(name);

export default {
  globs: ['src/**/*.ts'],
  exclude: ['src/**/*.test.ts', 'src/**/*.stories.ts'],
  outdir: '.',
  litelement: true,
  // The package says itself where the manifest is; the tool would write there the folder of its last run.
  packagejson: false,
  plugins: [
    {
      name: 'public-members-only',
      packageLinkPhase({ customElementsManifest }) {
        for (const { declarations = [] } of customElementsManifest.modules) {
          for (const declaration of declarations) {
            if (declaration.members !== undefined)
              declaration.members = declaration.members.filter((member) => !isInternal(member));
            // Internal state is listed as if it had attributes, and the base class's event as if its name were `type`.
            // What has no description is between elements of the kit.
            const known = new Set((declaration.members ?? []).map(({ name }) => name));
            if (declaration.attributes !== undefined)
              declaration.attributes = declaration.attributes.filter(
                ({ name, fieldName }) => known.has(fieldName ?? name) || /^(value|checked)$/.test(name),
              );
            if (declaration.events !== undefined)
              declaration.events = declaration.events.filter(({ name, description }) => name !== 'type' && description);
          }
        }
      },
    },
  ],
};
