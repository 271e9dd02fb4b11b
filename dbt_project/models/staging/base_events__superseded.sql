{{
    config(
        materialized='growing',
        files='base_events__files',
        added='superseded_events'
    )
}}

-- depends_on: {{ ref('base_events__files') }}

with

final as (

    {{ superseded_events() }}

)

select * from final
