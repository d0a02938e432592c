const { createHash } = require('node:crypto');
const { transformSync } = require('esbuild');

module.exports = {
  process: (source, path) =>
    transformSync(source, { loader: 'ts', format: 'cjs', target: 'node20', platform: 'node', sourcefile: path }),
  getCacheKey: (source, path) => createHash('sha256').update(path).update(source).digest('hex'),
};
