import { readFileSync } from 'node:fs';

/** What a template makes, without the names that each app gives its resources. */
export function resourcesIn(template: string): string[] {
  const { Resources } = JSON.parse(readFileSync(template, 'utf8'));
  const ids = Object.keys(Resources);
  return Object.values<{ Type: string; Properties?: object }>(Resources)
    .filter(({ Type }) => Type !== 'AWS::CDK::Metadata')
    .map(({ Type, Properties }) =>
      ids.reduce((text, id) => text.replaceAll(`"${id}"`, '"id"'), `${Type} ${JSON.stringify(Properties)}`),
    )
    .sort();
}
