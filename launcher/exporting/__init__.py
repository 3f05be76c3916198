"""Configuration for servers, proxies and clusters, written for one project from the recipes."""
