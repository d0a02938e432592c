// Thousands of runs, one for each mutant: the tests that judge src/core and src/handlers, stripped of their types by esbuild.
const { jest } = require('../../package.json');

module.exports = {
  ...jest,
  rootDir: '../..',
  collectCoverage: false,
  reporters: undefined,
  transform: { '\\.ts$': '<rootDir>/projenrc/mutation/strip-types.js' },
  testMatch: ['<rootDir>/test/{core,handlers,catalog,model}/*.test.ts'],
  // Random events and comparisons by the ten thousand, and a test of the catalog that takes as long as all others together.
  testPathIgnorePatterns: ['/node_modules/', 'fuzz', 'profile-arns', 'nearest-model-ids'],
};
