import { Component, type cdk } from 'projen';

/** Checks in every build that the API can be generated for each published language (no toolchain of theirs needed). */
export class CodeGeneration extends Component {
  constructor(project: cdk.JsiiProject) {
    super(project);
    const check = project.addTask('check:languages', {
      description: 'Generate the Python, Java, .NET and Go packages, and throw them away',
      exec: 'jsii-pacmak --code-only --outdir .languages --target python --target java --target dotnet --target go && rm -rf .languages',
    });
    project.postCompileTask.spawn(check);
    project.addGitIgnore('/.languages/');
    project.addPackageIgnore('/.languages/');
  }
}
