// CDK's own template validation takes seconds a synth; one test (test/template-validation.test.ts) keeps it on.
process.env.CDK_VALIDATION = 'false';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
