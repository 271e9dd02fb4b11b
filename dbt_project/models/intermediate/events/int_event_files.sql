with

landed as (

    select * from {{ ref('base_events__files') }}

),

superseded as (

    select
        source,
        _source_file,
        {{ rows_print(['_line_number', '_loaded_at']) }} as superseded_print
    from {{ ref('base_events__superseded') }}
    group by source, _source_file

),

final as (

    select
        landed.source,
        landed._source_file,
        concat_ws('/', landed.file_state, superseded.superseded_print) as file_state
    from landed
    left join superseded
        on landed.source = superseded.source and landed._source_file = superseded._source_file

)

select * from final
