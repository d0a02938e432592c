import { type awscdk, Component } from 'projen';
import { METAFILES } from './bundle-metafile';

/**
 * Writes the licences of the packages whose code is in the bundles beside them, and fails where one must not be there: no
 * package.json that is published names them.
 */
export class ThirdPartyLicenses extends Component {
  private readonly construct: awscdk.AwsCdkConstructLibrary;

  constructor(project: awscdk.AwsCdkConstructLibrary) {
    super(project);
    this.construct = project;
    project.addGitIgnore(`/${METAFILES}/`);
    project.addPackageIgnore(`/${METAFILES}/`);
  }

  /** Only now, so that it comes after every bundle, wherever the component stands among them. */
  public override preSynthesize(): void {
    const task = this.project.addTask('bundle:licenses', {
      description: 'Write the licences of the third-party code in the bundles, or fail for one that must not be there',
      exec: 'tsx projenrc/write-third-party-licenses.ts',
    });
    this.construct.bundler.bundleTask.spawn(task);
  }
}
