{#
    A table for Python: one Parquet file `exchange/<model>.parquet` and a view over it.
    dbt-duckdb's own `external` builds the table twice and writes a row of nulls for an empty one.
#}
{% materialization handoff, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set file = adapter.external_root() ~ '/' ~ this.identifier ~ '.parquet' -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('main') -%}
        copy ({{ compiled_code }}) to '{{ file }}' (format parquet, compression zstd, compression_level 1)
    {%- endcall %}

    {% call statement('view') -%}
        create or replace view {{ target_relation }} as select * from read_parquet('{{ file }}')
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
