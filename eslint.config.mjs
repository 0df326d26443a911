import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', 'node_modules/**', '.nx/**', '.lianban/**', 'docs/generated/**', 'coverage/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Promises that nobody waits for are lost errors; say `void` where that is meant.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // What has one home stays there.
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/texts/src/china-time.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...[
        'TemplateElement[value.raw=/[+]08:00|Asia.Shanghai|GMT-8/]',
        'Literal[value=/^ ?[+]08:00$|^Asia.Shanghai$|^Etc.GMT-8$/]',
        'Literal[raw=/^28_?800(_?000)?$/]',
        "BinaryExpression[operator='*'][left.value=8][right.raw=/^(60|3_?600|3_?600_?000)$/]",
      ].map((selector) => ({ selector, message: "China's time is in libs/texts/src/china-time.ts." }))],
    },
  },
  {
    // A rule without a text in both languages would answer in English.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/service-kit/src/http/fields.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [{ name: 'class-validator', message: 'Fields and their rules come from libs/service-kit/src/http/fields.ts.', allowTypeImports: true }] }] },
  },
  {
    // Command line tools talk to a person.
    files: ['tools/**/*.ts', 'tests/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // `expect.any` and friends are untyped by nature.
    files: ['**/*.spec.ts', 'tests/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
);
