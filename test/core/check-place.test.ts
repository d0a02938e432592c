import { checkRulePlace, checkWatch, type Place } from '../../src/core/check-place';

const HERE: Place = { account: '111122223333', region: 'us-east-1' };

describe('what watches a job', () => {
  const watch = (job: Place, place: Place = HERE) => checkWatch('job', { watcher: 'alarm', place, job });

  test.each<[string, Place, Place]>([
    ['in the same place', HERE, HERE],
    ['in a Region that is not known', { account: HERE.account }, HERE],
    ['in an account that is not known', { region: HERE.region }, HERE],
    ['from a place that is not known', HERE, {}],
    ['where nothing is known', {}, {}],
  ])('may watch one %s', (_, job, place) => {
    expect(watch(job, place)).toEqual([]);
  });

  test.each<[string, Place, string]>([
    [
      'Region',
      { ...HERE, region: 'eu-west-1' },
      'must be in the Region of the alarm (us-east-1), got eu-west-1; put the alarm into a stack of that Region',
    ],
    [
      'account',
      { ...HERE, account: '444455556666' },
      'must be in the account of the alarm (111122223333), got 444455556666; put the alarm into a stack of that account',
    ],
    [
      'account and Region',
      { account: '444455556666', region: 'eu-west-1' },
      'must be in the account and Region of the alarm (111122223333, us-east-1), got 444455556666, eu-west-1; put the alarm into a stack of that account and Region',
    ],
  ])('sees nothing of another %s', (_, job, message) => {
    expect(watch(job)).toEqual([{ code: 'JobElsewhere', input: 'job', message }]);
  });

  test('is told which job, where there may be several', () => {
    const job = { ...HERE, region: 'eu-west-1' };
    const [issue] = checkWatch('jobs', { watcher: 'dashboard', place: HERE, job, jobPath: 'Books/Chapters' });
    expect(issue?.message).toContain('of the dashboard (us-east-1), got eu-west-1 (Books/Chapters); put');
  });
});

describe('a rule', () => {
  test('may be in another stack of the place of the job, or of one that is not known', () => {
    expect(checkRulePlace(HERE, HERE)).toEqual([]);
    expect(checkRulePlace({}, HERE)).toEqual([]);
  });

  test('is not elsewhere', () => {
    expect(checkRulePlace({ ...HERE, region: 'eu-west-1' }, HERE)).toEqual([
      {
        code: 'JobElsewhere',
        input: 'crossStackScope',
        message:
          'must be in the Region of the job (us-east-1), got eu-west-1; give a stack of that Region, or leave it out and name what is elsewhere as the target',
      },
    ]);
  });
});
