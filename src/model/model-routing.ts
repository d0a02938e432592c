/** Which way to a foundation model a job may take. */
export enum ModelRouting {
  /** In-Region where batch inference serves the model there; else the geographic profile of the Region. Never global. */
  AUTO = 'AUTO',

  /** Only the Region of the stack: prompts stay in it. */
  IN_REGION = 'IN_REGION',

  /** The inference profile of the Region's geography (`us`, `eu`, `apac`, …): prompts may be answered anywhere in it. */
  GEOGRAPHIC = 'GEOGRAPHIC',

  /** The `global` inference profile: prompts may be answered in any commercial Region, so they leave the geography. */
  GLOBAL = 'GLOBAL',
}
