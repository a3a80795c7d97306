"""The identity simulator: マイナアプリ for residents, an OpenID provider for officers. For practice only."""
