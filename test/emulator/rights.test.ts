import { EmulatedAccount } from './emulated-account';
import type { Statement } from './policy';
import { reportRights } from './rights';

const ROLE = 'arn:aws:iam::111122223333:role/Role';
const RESOURCE = 'arn:aws:s3:::their-bucket/k';

let account: EmulatedAccount;
beforeEach(async () => {
  account = await EmulatedAccount.start();
  account.emulator.iam.reset();
});
afterEach(() => account.stop());

const given = (...statements: Statement[]) => {
  const { iam } = account.emulator;
  iam.putRole({ arn: ROLE, trust: { Statement: [] } });
  iam.putPolicy(ROLE, 'inline', { Statement: statements });
  const principal = iam.putRole({ arn: ROLE, trust: { Statement: [] } });
  return (action: string) => iam.allows(principal, action, RESOURCE);
};
const allow = (...Action: string[]): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: 'arn:aws:s3:::their-bucket/*',
});
const nothing = async () => {};

describe('rights', () => {
  test('are reported where no call used them, and calls where no right allowed them', async () => {
    const call = given(allow('s3:GetObject', 's3:PutObject'));
    call('s3:GetObject');
    call('s3:DeleteObject');
    expect(await reportRights(account.emulator, nothing)).toEqual({
      missing: [`${ROLE}: s3:DeleteObject on ${RESOURCE}`],
      unused: [`${ROLE}: s3:PutObject on arn:aws:s3:::their-bucket/*`],
    });
  });

  test('may be used at the very end, after which their role is gone', async () => {
    const call = given(allow('s3:GetObject', 's3:PutObject'));
    const end = async () => {
      call('s3:GetObject');
      account.emulator.iam.deleteRole(ROLE);
    };
    const { unused } = await reportRights(account.emulator, end);
    expect(unused).toEqual([`${ROLE}: s3:PutObject on arn:aws:s3:::their-bucket/*`]);
  });

  test('may be missing at the very end', async () => {
    const call = given(allow('s3:GetObject'));
    const { missing } = await reportRights(account.emulator, async () => {
      call('s3:GetObject');
      call('s3:PutObject');
    });
    expect(missing).toEqual([`${ROLE}: s3:PutObject on ${RESOURCE}`]);
  });
});

describe('the policy of a bucket', () => {
  const guarded = (...statements: Statement[]) => {
    const { iam, s3 } = account.emulator;
    const { owner, policy } = s3.createBucket('their-bucket', {
      owner: '444455556666',
      policy: { Statement: statements },
    });
    const principal = iam.addUser('arn:aws:iam::111122223333:user/someone', [allow('s3:GetObject', 's3:PutObject')]);
    for (const action of ['s3:GetObject', 's3:PutObject']) {
      try {
        iam.authorize(principal, action, RESOURCE, {}, { owner, document: policy });
      } catch {
        // Told by the report.
      }
    }
    return reportRights(account.emulator, nothing);
  };
  const admit = (Principal: Statement['Principal'], ...actions: string[]) => ({ ...allow(...actions), Principal });
  const us = { AWS: 'arn:aws:iam::111122223333:root' };

  test('is held against the calls as well: what it admits in vain, what it does not admit', async () => {
    expect(await guarded(admit(us, 's3:GetObject', 's3:DeleteObject'))).toEqual({
      missing: [`arn:aws:iam::111122223333:user/someone: s3:PutObject on ${RESOURCE}`],
      unused: [
        'arn:aws:iam::111122223333:user/someone: s3:PutObject on arn:aws:s3:::their-bucket/*',
        'policy of their-bucket: s3:DeleteObject on arn:aws:s3:::their-bucket/*',
      ],
    });
  });

  test('admits in vain whoever does not come', async () => {
    const others = admit({ AWS: 'arn:aws:iam::888888888888:root' }, 's3:GetObject');
    const { missing, unused } = await guarded(admit('*', 's3:GetObject', 's3:PutObject'), others);
    expect(missing).toEqual([]);
    expect(unused).toEqual(['policy of their-bucket: s3:GetObject on arn:aws:s3:::their-bucket/*']);
  });

  test('is not asked about services, none of which is played, nor about what it denies', async () => {
    const service = admit({ Service: 'logging.s3.amazonaws.com' }, 's3:ListBucket');
    const denial: Statement = { ...admit('*', 's3:DeleteObject'), Effect: 'Deny' };
    expect(await guarded(admit(us, 's3:GetObject', 's3:PutObject'), service, denial)).toEqual({
      missing: [],
      unused: [],
    });
  });
});
