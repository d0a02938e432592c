import type { Issue } from './issue';

/** Account and Region of something; what is not known yet is left out. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** An alarm, a dashboard or a rule, and the job that it watches. */
export interface Watch {
  /** What the message names: `alarm`. */
  readonly watcher: string;
  readonly place: Place;
  readonly job: Place;
  /** Path of the job, where there may be several. */
  readonly jobPath?: string;
}

/** Metrics and events are of one account and Region: what watches a job from elsewhere sees nothing, and says nothing. */
export function checkWatch(input: string, { watcher, place, job, jobPath }: Watch): Issue[] {
  const [name, must, got] = findDifference(job, place);
  if (name === undefined) return [];
  const whose = jobPath === undefined ? '' : ` (${jobPath})`;
  const message = `must be in the ${name} of the ${watcher} (${must}), got ${got}${whose}; put the ${watcher} into a stack of that ${name}`;
  return [{ code: 'JobElsewhere', input, message }];
}

/** CDK takes no notice of a stack for a rule that is elsewhere, and makes the rule beside the job. */
export function checkRulePlace(place: Place, job: Place): Issue[] {
  const [name, must, got] = findDifference(place, job);
  if (name === undefined) return [];
  const message = `must be in the ${name} of the job (${must}), got ${got}; give a stack of that ${name}, or leave it out and name what is elsewhere as the target`;
  return [{ code: 'JobElsewhere', input: 'crossStackScope', message }];
}

/** What differs, and both values; nothing where either is not known. */
export function findDifference(got: Place, must: Place): [string, string, string] | [] {
  const differs = (name: keyof Place) =>
    got[name] !== undefined && must[name] !== undefined && got[name] !== must[name];
  const names = (['account', 'region'] as const).filter(differs);
  if (names.length === 0) return [];
  const list = (place: Place) => names.map((name) => place[name]).join(', ');
  return [names.map((name) => (name === 'region' ? 'Region' : name)).join(' and '), list(must), list(got)];
}
