"""The nodes that come with Headrace: one module per node and version. They see only the SDK, as anybody's would."""
