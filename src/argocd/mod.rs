//! What Argo CD hands over: the environment, the plugin parameters and the scope.
