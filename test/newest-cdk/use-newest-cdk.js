// Loaded before an app: it then gets the newest CDK where it asks for CDK, as an app of a user would who has that one.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
  resolve(request.replace(/^aws-cdk-lib(?=\/|$)/, 'aws-cdk-lib-newest'), ...rest);
