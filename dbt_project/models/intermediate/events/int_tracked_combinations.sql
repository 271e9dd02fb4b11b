{{ config(materialized='by_file', files='int_tracked_files') }}

with

seen as (

    {{
        sightings(
            ref('int_tracked_events'),
            columns=tracked_ids() + ['placed_order_no'],
            seen_at='occurred_at',
            by_file=true
        )
    }}

),

final as (

    select
        seen.*,
        files.file_state
    from seen
    inner join {{ ref('int_tracked_files') }} as files
        on seen.source = files.source and seen._source_file = files._source_file

)

select * from final
