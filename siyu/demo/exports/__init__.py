"""The demo brand's exports: one module per channel, each writing the channel's true formats."""
