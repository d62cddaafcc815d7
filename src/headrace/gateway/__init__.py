"""The way in over HTTP: who calls, the API as one application with its document, the way in and the editor as pages."""
