// What is bundled apart from the command line, because the SDK takes longer to load than most commands take.
export { connectSdkJobs } from './sdk-jobs';
export { connectSdkObjects } from './sdk-objects';
