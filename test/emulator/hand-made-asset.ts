import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A function that answers CloudFormation, for tests of the player: small, without the SDK, and told by its properties what to
 * do. `Name` decides the physical id; `Mode` (of the event's type, or of any) makes it misbehave.
 */
const SOURCE = `
let crashes = 0;
exports.handler = async (event, context) => {
  const { Name, Mode, Read } = event.ResourceProperties;
  console.log(event.RequestType + ' ' + Name);
  const mode = (Mode || '').split(' ').map((m) => m.split(':')).find(([type]) => type === event.RequestType || type === 'Any');
  switch (mode && mode[1]) {
    case 'silent': return 'said nothing';
    case 'throw': throw new TypeError('thrown on purpose');
    case 'crash': process.exit(7);
    case 'hang': return new Promise(() => setInterval(() => {}, 1000));
  }
  const Data = {
    Remaining: context.getRemainingTimeInMillis(),
    Leaked: process.env.HOME_OF_THE_TEST || 'nothing',
    Region: process.env.AWS_REGION,
    Own: process.env.OWN,
  };
  if (Read) {
    const credential = process.env.AWS_ACCESS_KEY_ID + '/20260101/' + process.env.AWS_REGION + '/s3/aws4_request';
    const response = await fetch(process.env.AWS_ENDPOINT_URL_S3 + '/' + Read, {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=' + credential },
    });
    Data.Read = response.status + ' ' + (await response.text()).slice(0, 20);
  }
  const answer = {
    Status: mode ? 'FAILED' : 'SUCCESS',
    Reason: 'as ' + (mode && mode[1]),
    PhysicalResourceId: 'thing-' + Name,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data,
  };
  await fetch(event.ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)) });
  if (mode && mode[1] === 'answer-and-throw') throw new Error('after the answer');
};
`;

/** Writes the function below `directory`, and says where. */
export function writeHandMadeAsset(directory: string): string {
  const asset = join(directory, 'hand-made-function');
  mkdirSync(asset, { recursive: true });
  writeFileSync(join(asset, 'index.js'), SOURCE);
  return asset;
}
